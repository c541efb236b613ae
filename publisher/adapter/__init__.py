"""All that an adapter needs: the contract, and a kit for platforms with an HTTP API."""
