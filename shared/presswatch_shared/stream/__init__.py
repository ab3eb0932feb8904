"""The flow of events.

port              what a stage is, and what a host of the flow promises
stage_service     one call that puts a stage, its engine and its supervisor together
engine            poll, decode, handle, commit; with retrying, handling, items, dead_letters, failure_window,
                  attempt_journal, pause_mark
supervisor        restarts, standstill, lag; health is what /readyz asks
publisher         events from outside a stage; heartbeat sends one every few seconds
dlq               looking at dead letters and putting them back
sqlite_log        the host in one file; sqlite_* are its parts, log_keeper is its retention and compaction
memory_log        its twin in memory
"""
