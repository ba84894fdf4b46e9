"""How the installation stands, told to the operator: checks, status, metrics, alarms."""
