"""Reads a file with circuit-maintenance-parser, in that one's own environment, and prints what it found as JSON."""

import json
import sys
from pathlib import Path

from circuit_maintenance_parser import NotificationData, init_provider

provider = init_provider("genericprovider")
data = NotificationData.init_from_raw("ical", Path(sys.argv[1]).read_bytes())
sys.stdout.write(json.dumps([json.loads(found.to_json()) for found in provider.get_maintenances(data)]))
