"""What all pages share: the frame, forms and their words, errors, what placing an act from a page comes to."""
