"""Settings of every test: generated inputs have no deadline, since tests never assert how long something takes."""

from hypothesis import settings

settings.register_profile("brainparams", deadline=None)
settings.load_profile("brainparams")
