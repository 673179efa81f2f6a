"""What we do about a lead: nurture campaigns. Reads `scoring` and `leads`, is imported by neither."""
