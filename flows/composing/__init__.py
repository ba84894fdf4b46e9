"""From debts to frozen mails: which mail now, what it says, what lies beside it."""
