"""What the program shows and is made of beside code: icons, words, brands, emoji."""
