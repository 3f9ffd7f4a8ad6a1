"""What somebody would try who means harm: each attack is played against the real desk."""
