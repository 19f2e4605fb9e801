"""What the adapters promise, with the real thing behind them."""
