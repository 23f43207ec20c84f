"""What makes the classifier's model from labelled texts, and the card that says how often it is right. Not shipped."""
