"""What instructors write: the configuration, the masters and what is made of them for students."""
