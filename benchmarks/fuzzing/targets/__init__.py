"""Everything that is read from outside, one kind a file."""

from fuzzing.targets.audio_files import AudioFiles
from fuzzing.targets.encoder_folders import EncoderFolders
from fuzzing.targets.manifests import Manifests
from fuzzing.targets.notes import Notes
from fuzzing.targets.settings import Settings
from fuzzing.targets.trial_lists import TrialLists

TARGETS = {
    target.name: target
    for target in (
        *(Settings, EncoderFolders, AudioFiles, Notes),
        *(Manifests, TrialLists),
    )
}
