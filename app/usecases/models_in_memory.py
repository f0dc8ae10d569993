"""The fitted models that this process has read; a model never changes, so none goes stale."""

import json
from collections import OrderedDict
from threading import Lock

from app.prognosis.model import CoxModel, from_artefact
from app.storage.models import Models


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
        model = from_artefact(json.loads(artefact))
        with self._lock:
            self._models[model_id] = model
            while len(self._models) > self._most:
                self._models.popitem(last=False)
        return model
