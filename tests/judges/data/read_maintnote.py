"""Reads files with circuit-maintenance-parser, in that one's own environment; prints what it found in each as JSON."""

import json
import sys
from pathlib import Path

from circuit_maintenance_parser import NotificationData, init_provider

provider = init_provider("genericprovider")


def read(file):
    data = NotificationData.init_from_raw("ical", Path(file).read_bytes())
    return [json.loads(found.to_json()) for found in provider.get_maintenances(data)]


sys.stdout.write(json.dumps([read(file) for file in sys.argv[1:]]))
