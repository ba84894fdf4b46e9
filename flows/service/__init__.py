"""What keeps the service alive, alone and watched."""
