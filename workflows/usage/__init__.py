"""What hostings take and serve: counted each hour, held against their limits, forecast, and warned of."""
