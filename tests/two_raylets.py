"""`python -m tests.two_raylets`: a Ray cluster of two nodes on this machine, until stdin ends.

Prints its address when it is ready.
"""

import sys


def main() -> None:
    """Start, tell, wait, stop."""
    from ray.cluster_utils import Cluster

    alone = {"num_cpus": 1, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=alone)
    cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    print(cluster.address, flush=True)
    sys.stdin.read()
    cluster.shutdown()


if __name__ == "__main__":
    main()
