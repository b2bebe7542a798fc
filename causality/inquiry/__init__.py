"""What is not known of a pair: the questions in order of what their answers could change."""
