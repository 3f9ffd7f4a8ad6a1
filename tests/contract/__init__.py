"""What the house promises about itself: layout, imports, words, chores and documents."""
