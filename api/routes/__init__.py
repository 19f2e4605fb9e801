"""The routes: each hands a request to a use case or a read model, and shows the answer."""
