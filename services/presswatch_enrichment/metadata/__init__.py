"""What a page says about itself: titles, dates, authors, and where each was found."""
