"""Imports every module that declares a table of `chassis_metadata`, so that it is whole."""

from chassis.journal import tables as journal
from chassis.listening import tables as listening
from chassis.records import commands
from chassis.sagas import tables as sagas
from chassis.stages import tables as stages
from chassis.work import tables as work

__all__ = ["commands", "journal", "listening", "sagas", "stages", "work"]
