"""A platform described in the settings, under everything that can go wrong with it."""

from __future__ import annotations

from announce_channels.http.adapter import Http
from announce_contract import contract
from tests.channels.http import replies as told
from tests.channels.http.faults import FAULTS, FORM_FAULTS

test_json = contract(Http, told.JSON, told.REPLIES, complaint=told.complaint, but=told.BUT, faults=FAULTS)
test_form = contract(
    Http, told.FORM, told.FORM_REPLIES, complaint=told.complaint, but=told.FORM_BUT, faults=FORM_FAULTS
)
test_hook = contract(Http, told.PLAIN, told.HOOK_REPLIES, complaint=told.complaint, but=told.HOOK_BUT)
test_signed = contract(Http, told.SIGNED, told.SIGNED_REPLIES, complaint=told.complaint, but=told.BUT)
test_full = contract(Http, told.FULL, told.FULL_REPLIES, complaint=told.complaint, but=told.FULL_BUT)
test_staged = contract(Http, told.STAGED, told.STAGED_REPLIES, complaint=told.complaint, but=told.FULL_BUT)
test_without_id = contract(
    Http, told.WITHOUT_ID, told.LATER_REPLIES, complaint=told.complaint, but=told.LATER_BUT
)
