"""One section of a briefing per file: from the facts to its sentences, or None when there is nothing to say."""
