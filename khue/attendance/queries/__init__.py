"""Who was there: a class on a day, a month, a pupil, a school now."""
