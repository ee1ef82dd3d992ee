"""The mains are gone: what is under way is finished, nothing new is begun, and the machine ends in order."""

from __future__ import annotations

from dataclasses import replace

from drivers.events import BatteryLow, PowerLost, PowerRestored
from kiosk.session import visit
from kiosk.session.effects import PowerOff
from kiosk.session.events import Timer
from kiosk.session.state import Identifying, Idle, OutOfService, Power, Starting
from kiosk.session.turn import Turn
from kiosk.session.views import Notice, Trouble


def changed(turn: Turn, event: PowerLost | BatteryLow | PowerRestored) -> None:
    """The UPS told something."""
    match event:
        case PowerLost():
            _lost(turn)
        case BatteryLow():
            _lost(turn)
            used_up(turn)
        case PowerRestored():
            _restored(turn)


def used_up(turn: Turn) -> None:
    """The battery has served as long as it should. Without a command to switch off, it serves to its end."""
    if turn.state.power is Power.BATTERY and turn.rules.power_off:
        turn.state = replace(turn.state, power=Power.ENDING)
        turn.stop(Timer.POWER)


def enforce(turn: Turn) -> None:
    """After every event: nobody new is served on battery, and the end comes when nothing is under way."""
    state = turn.state
    if state.power is Power.MAINS:
        return
    if isinstance(state.phase, Idle):
        turn.stop(Timer.NOTICE)
        turn.enter(OutOfService(Trouble.POWER))
    if state.power is Power.ENDING and not visit.is_busy(turn):
        turn.state = replace(turn.state, power=Power.OFF)
        turn.do(PowerOff())


def _lost(turn: Turn) -> None:
    if turn.state.power is not Power.MAINS:
        return
    turn.state = replace(turn.state, power=Power.BATTERY)
    turn.start(Timer.POWER, turn.rules.battery_s)
    if isinstance(turn.state.phase, Identifying):
        turn.enter(Idle())
    visit.tell(turn, Notice.POWER_LOST)
    visit.leave(turn)


def _restored(turn: Turn) -> None:
    """A machine that is to be switched off already goes on with that."""
    if turn.state.power is not Power.BATTERY:
        return
    turn.state = replace(turn.state, power=Power.MAINS)
    turn.stop(Timer.POWER)
    phase = turn.state.phase
    if isinstance(phase, OutOfService) and phase.trouble is Trouble.POWER:
        turn.enter(Starting())
        turn.start(Timer.SETTLING, turn.rules.settling_s)
