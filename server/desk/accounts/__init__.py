"""Who works at the desk, what each may do, and the sessions they do it in."""
