"""Plans: decided, written, shown and explained."""
