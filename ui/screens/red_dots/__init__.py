"""What belongs to the red dots: the broom's menu, the history of clears, what a number is made of."""
