"""hub.py FOLDER: a real WebSub hub, Flask-WebSub with its worker, in its own environment; prints its address."""

import sys
import threading
from pathlib import Path

from celery import Celery
from flask import Flask
from flask_websub.hub import Hub, SQLite3HubStorage
from werkzeug.serving import make_server

worker = Celery("hub", broker="memory://")
worker.conf.update(broker_transport_options={"polling_interval": 0.02}, task_ignore_result=True)
app = Flask("hub")
app.config["PUBLISH_SUPPORTED"] = True
hub = Hub(SQLite3HubStorage(Path(sys.argv[1]) / "hub.sqlite"), worker, **app.config)
app.register_blueprint(hub.build_blueprint(url_prefix="/hub"))
server = make_server("127.0.0.1", 0, app)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdout.write(f"http://127.0.0.1:{server.server_port}/hub\n")
sys.stdout.flush()
worker.worker_main(
    [
        "worker",
        "--pool=solo",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
        "--loglevel=ERROR",
    ]
)
