from fuzzing.target import Target


class AudioFiles(Target):
    name = "audio_files"
