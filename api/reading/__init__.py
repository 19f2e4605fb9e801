"""What a caller may read, as the views that the JSON API and the pages both show."""
