from fuzzing.target import Target


class Notes(Target):
    name = "notes"
