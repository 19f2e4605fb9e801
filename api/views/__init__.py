"""What the API shows: typed answers, each made from a read model or an aggregate's state, deciding nothing."""
