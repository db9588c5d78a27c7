"""The learning rate's course over a training, as a share of its highest."""


def linear_rate(step: int, steps: int, warm_up: float) -> float:
    """Rise linearly over the share `warm_up` of the steps, then fall linearly to zero."""
    rising = max(1, round(steps * warm_up))
    return (step + 1) / rising if step < rising else max(0.0, (steps - step) / (steps - rising))
