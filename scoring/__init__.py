"""What we think of a lead: scorecards, scores, qualification, the ranked board. Imports `leads`, never `nurturing`."""
