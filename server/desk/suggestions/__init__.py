"""Which indicators a report may point to, each with its reasons; never coded by itself."""
