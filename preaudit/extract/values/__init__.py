"""Printed texts to typed values: dates, money, areas, numbers, names and codes."""
