"""Forms that come back: each cell found, read, checked and told with its place."""
