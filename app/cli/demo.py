"""The demonstration, ready to be asked."""

import json
import shlex

from app.cli.refits import one_thread, refitted
from app.cli.terminal import AsJson, print_json

LOCAL = "http://127.0.0.1:8000"
"""Where `prognosis serve` listens when nothing else is said."""


def demo(as_json: AsJson = False) -> None:
    """Fill the organisation `demo` with simulated patients, fit its model, and print a new key."""
    one_thread()
    from app.cli.opened import calling, opened
    from app.usecases import demonstration

    with opened() as service:
        call = calling(demonstration.demo_organisation(service), "demo")
        filled = demonstration.fill_demo(service, call)
        if filled and not as_json:
            print(f"organisation demo: {filled} simulated patients; no real person is among them")
        if not demonstration.has_model(service, call):
            model = json.loads(refitted(service, call, demonstration.demo_model(service)))
            if not as_json:
                print(f"model fitted, {model['status']}: {model['events']} deaths")
        key = demonstration.new_demo_key(service, call)
        url = service.settings.public_url or LOCAL
        body = demonstration.demo_request(service.today())
    if as_json:
        print_json({"key": key, "url": url, "request": body})
    else:
        _print_calls(key, url, body["patient"]["patient_id"], json.dumps(body))


def _print_calls(key: str, url: str, patient_id: str, body: str) -> None:
    headers = (f"Authorization: Bearer {key}", "Content-Type: application/json")
    told = " ".join(f"-H {shlex.quote(header)}" for header in headers)
    print(f"""
key, shown this once (each demo makes a new one, and the one before ends):
{key}

a count comes in, a risk group and a hazard go out:
curl -sS {told} -d {shlex.quote(body)} {url}/v1/prognoses

then, with the same key, the patient's survival curve as a picture:
{url}/v1/patients/{patient_id}/prognosis.svg
""")
