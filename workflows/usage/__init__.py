"""What hostings take and serve: counted each hour, warned of, forecast, drawn, and reported each month."""
