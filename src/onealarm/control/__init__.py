"""What may be decided while the fleet runs: pure rules, the same for worker, leader and simulator."""
