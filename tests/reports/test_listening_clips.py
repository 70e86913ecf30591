"""Clips of a listening test, decoded again."""

import io

import numpy as np
import pytest
import soundfile
import torch
from scipy.signal import freqz

from speechbrain_singer.dataio.audio import AudioError
from speechbrain_singer.dsp.loudness import loudness
from speechbrain_singer.reports.listening_clips import LEVEL, ListeningClips


def row_of(path, samples, rate, start=0):
    soundfile.write(path, samples, rate, subtype="FLOAT")
    row = {"wav": str(path), "start": start, "stop": len(samples)}
    return row | {"sample_rate": rate}


def tone(seconds, rate, hertz=440.0, level=0.1):
    return level * np.sin(2 * np.pi * hertz * np.arange(seconds * rate) / rate)


def heard(data):
    samples, rate = soundfile.read(io.BytesIO(data))
    assert rate == 44100 and samples.ndim == 1
    return samples


def strongest(samples):
    """The frequency with most power, in Hz."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return power.argmax() * 44100 / len(samples)


@pytest.mark.parametrize("rate", [8000, 44100, 96000])
@pytest.mark.parametrize("level", [1e-3, 0.9])
def test_all_are_equally_loud(tmp_path, rate, level):
    # Of a tone of about 1 kHz the loudness is its power, by BS.1770
    samples = tone(3, rate, 1030, level) + 0.05
    row = row_of(tmp_path / "a.wav", samples, rate)
    samples = heard(ListeningClips(seconds=2.0).cut(row, row))
    assert len(samples) == pytest.approx(2 * 44100, abs=2400)
    assert strongest(samples) == pytest.approx(1030, abs=2)
    inner = torch.from_numpy(samples[8820:79380]).float()
    # Without the ends, which are faded out; and LAME scales all by 0.95
    expected = LEVEL + 20 * np.log10(0.95)
    assert loudness(inner, 44100) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("hertz", [60, 997, 5000])
def test_as_ears_weigh_it_and_without_pauses(tmp_path, hertz):
    # The two filters of BS.1770 at 48 kHz
    shelf = [1.53512485958697, -2.69169618940638, 1.19839281085285]
    shelf = shelf, [1, -1.69065929318241, 0.73248077421585]
    low_cut = [1, -2, 1], [1, -1.99004745483398, 0.99007225036621]
    gain = 1
    for b, a in (shelf, low_cut):
        gain *= abs(freqz(b, a, [hertz], fs=48000)[1][0])
    expected = 10 ** ((LEVEL + 0.691) / 20) * 2**0.5 / gain
    samples = tone(2, 44100, hertz)
    samples[44100:] = 0
    row = row_of(tmp_path / "a.wav", samples, 44100)
    samples = heard(ListeningClips(seconds=2.0).cut(row, row)) / 0.95
    assert np.abs(samples[8820:35280]).max() == pytest.approx(expected, rel=0.1)


def test_it_is_faded_at_both_ends(tmp_path):
    row = row_of(tmp_path / "a.wav", tone(2, 44100), 44100)
    samples = np.abs(heard(ListeningClips(seconds=2.0).cut(row, row)))
    peaks = [
        samples[begin : begin + 441].max() for begin in range(0, 88200, 441)
    ]
    assert peaks[100] == pytest.approx(0.1, abs=0.015)  # -23 dB, of a tone
    assert max(peaks[0], peaks[199]) < 0.01
    assert 0.04 < peaks[5] < 0.08 and 0.04 < peaks[194] < 0.08


def test_where_the_voice_is_loudest(tmp_path):
    """In a mixture of another rate, and where a recording is a stretch."""
    band = np.concatenate([tone(2, 48000, hertz) for hertz in (500, 900, 1300)])
    mixture = row_of(tmp_path / "mixture.wav", band, 48000, start=48000)
    levels = np.repeat([0.5, 0.01, 0.2, 0.01], [8000, 8000, 16000, 16000])
    vocals = row_of(tmp_path / "voice.wav", levels * tone(6, 8000), 8000, 8000)
    samples = heard(ListeningClips(seconds=2.0).cut(mixture, vocals))
    assert strongest(samples) == pytest.approx(900, abs=2)


def test_a_short_recording_is_whole(tmp_path):
    row = row_of(tmp_path / "a.wav", tone(1, 44100)[:13230], 44100)
    samples = heard(ListeningClips(seconds=8.0).cut(row, row))
    assert len(samples) == pytest.approx(13230, abs=2400)


def test_clicks_are_not_cut_off(tmp_path, caplog):
    click = tone(2, 44100, level=0.001)
    click[44100] = 1.0
    row = row_of(tmp_path / "click.wav", click, 44100)
    samples = heard(ListeningClips(seconds=2.0, kbps=320).cut(row, row))
    assert 0.7 < np.abs(samples).max() <= 1
    assert "click.wav" in caplog.text and "dB quieter" in caplog.text


def test_silence_and_what_is_missing_are_named(tmp_path):
    row = row_of(tmp_path / "still.wav", np.zeros(44100), 44100)
    with pytest.raises(AudioError, match=r"still\.wav: silent"):
        ListeningClips().cut(row, row)
    with pytest.raises(AudioError, match=r"no\.wav"):
        ListeningClips().cut(row | {"wav": "no.wav"}, row)
    late = np.concatenate([np.zeros(8 * 44100), tone(1, 44100)])
    late = row_of(tmp_path / "late.wav", late, 44100)
    short = row_of(tmp_path / "short.wav", tone(1, 44100), 44100)
    with pytest.raises(AudioError, match=r"short\.wav: ends before"):
        ListeningClips(seconds=1.0).cut(short, late)


def test_the_size_is_known_before(tmp_path):
    row = row_of(tmp_path / "a.wav", tone(9, 44100), 44100)
    clips = ListeningClips(seconds=3.0, kbps=64)
    size = len(clips.cut(row, row)) * 4 / 3 / 1e6
    assert 0.95 * clips.megabytes(1) < size <= clips.megabytes(1)
    clips.check_size(20, 60.1 * clips.megabytes(1))
    with pytest.raises(ValueError, match="20 questions of 3 clips of 3 s"):
        clips.check_size(20, 59 * clips.megabytes(1))


@pytest.mark.parametrize("wrong", [{"seconds": 0.5}, {"kbps": 8}])
def test_settings_out_of_range(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ListeningClips(**wrong)
