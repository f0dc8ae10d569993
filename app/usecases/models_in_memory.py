"""The fitted models that this process has read; a model never changes, so none goes stale."""

import json
import logging
from collections import OrderedDict
from threading import Lock

from app.errors import DamagedModel
from app.prognosis.model import CoxModel, from_artefact
from app.prognosis.model import model_id as digest_of
from app.storage.models import Models

log = logging.getLogger("app.models")


class ModelsInMemory:
    """The models asked for last; the organisation is inside the identifier."""

    def __init__(self, most: int = 32) -> None:
        self._most = most
        self._lock = Lock()
        self._models: OrderedDict[str, CoxModel] = OrderedDict()

    def get(self, model_id: str, models: Models) -> CoxModel:
        """Find a model in memory, or read it in the transaction at hand."""
        with self._lock:
            if model_id in self._models:
                self._models.move_to_end(model_id)
                return self._models[model_id]
        artefact = models.artefact(model_id)
        if artefact is None:
            raise LookupError("a model in use has no artefact")
        model = _read(model_id, artefact)
        with self._lock:
            self._models[model_id] = model
            while len(self._models) > self._most:
                self._models.popitem(last=False)
        return model


def _read(model_id: str, artefact: str) -> CoxModel:
    if digest_of(artefact) != model_id:
        log.error("damaged model", extra={"model_id": model_id})
        raise DamagedModel(
            f"{model_id} is not the text that was fitted; refit, or put another model into use"
        )
    return from_artefact(json.loads(artefact))
