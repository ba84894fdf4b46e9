"""From frozen mails to the mail server, and all that may come back."""
