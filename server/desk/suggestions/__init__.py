"""Which indicators a report may point to, each with its reasons; nothing is ever coded by itself."""
