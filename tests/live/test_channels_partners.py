"""Channels between two companies whose servers federate: who may see what, as the servers enforce it."""

from collections.abc import Iterator

import pytest

from app.channels.values import NewChannel
from app.domain.channels.channel import Audience, Visibility
from app.domain.ids import RoomID
from app.errors import Forbidden, InputError, LocalServerError, TackError
from app.local_server import LocalServer
from tests.helpers.channel_studio import Studio, Viewer, studio_at
from tests.helpers.desk import new_room
from tests.helpers.partner_companies import OURS, THEIRS, partner_companies, require_two_names
from tests.live.conftest import Run

Studios = tuple[Studio, Studio]


@pytest.fixture(scope="module")
def studios(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studios]:
    if LocalServer.supported().reason == "server_unsupported":
        pytest.skip("Synapse does not run on this system")
    require_two_names()
    folder = tmp_path_factory.mktemp("companies")
    with partner_companies(folder / "servers") as (ours, theirs):
        yield studio_at(ours, folder / "ours", ("li",)), studio_at(theirs, folder / "theirs", ("hua",))


def _theirs(studios: Studios) -> str:
    return studios[1].server.server_name


def test_partners_follow_by_link_what_is_meant_for_them(studios: Studios, run: Run) -> None:
    ours, theirs = studios

    async def go() -> None:
        async with ours.open("li") as (li,), theirs.open("hua") as (hua,):
            partners = Audience(Visibility.PARTNERS, (THEIRS,))
            room = await li.made(NewChannel("For Hualong", audience=partners))
            await li.sees(room, audience=partners)
            via = (ours.server.server_name,)
            post = ours.post("li", room, "Parts")
            # Their server is not in it yet: they see at most its name; once somebody follows, everything.
            peek = await hua.channels.peek(await hua.channels.resolve(room, via), via)
            assert (
                peek.channel.name == "For Hualong" and peek.channel.audience.visibility is Visibility.PUBLIC
            )
            await hua.channels.follow(room, via)
            row = await hua.sees(room, is_followed=True, name="For Hualong")
            assert row.audience == Audience(Visibility.PARTNERS, (OURS,))
            await hua.sees_post(post)
            await hua.channels.like(post, True)
            await hua.channels.comment(post, "good parts", at_ms=1_000)
            (comment,) = await li.sees_comments(post, "good parts")
            assert comment.is_external and comment.at_ms == 1_000
            await li.desk.until(lambda: (card := li.read.channels.post(post)) and card.likes == 1)
            assert li.read.channels.post(post) and (await li.sees(room)).audience == partners
            assert await li.channels.share_window(li.read.channels.post(post)) == [THEIRS]  # type: ignore[arg-type]
            await _not_shared_wider(ours, theirs, li, hua)

    run(go())


async def _not_shared_wider(ours: Studio, theirs: Studio, li: Viewer, hua: Viewer) -> None:
    """What is internal is not shared into a chat with people of another company without asking."""
    room = await li.made(NewChannel("Inside"))
    post = ours.post("li", room, "Plans")
    await li.sees_post(post)
    chat = new_room(ours.server, ours.users["li"])
    ours.api("li", "POST", f"v3/rooms/{chat}/invite", {"user_id": hua.id})
    await li.desk.until(lambda: li.read.member(chat, hua.id))
    with pytest.raises(InputError) as asked:
        await li.channels.share(post, chat)
    assert (asked.value.code, asked.value.params["servers"]) == ("share_wider", THEIRS)
    assert not ours.messages("li", chat)
    await li.channels.share_anyway(post, chat)
    await li.desk.drained()
    assert len(ours.messages("li", chat)) == 1
    # They have the link: with it the server tells name and description of the channel, and nothing of what is in it.
    with pytest.raises(Forbidden) as closed:
        await hua.channels.follow(room, (ours.server.server_name,))
    assert closed.value.code == "channel_closed"
    peek = await hua.channels.peek(room, (ours.server.server_name,))
    assert (peek.channel.name, peek.posts) == ("Inside", ())
    assert hua.id not in str(ours.api("li", "GET", f"v3/rooms/{room}/joined_members"))


def test_what_is_not_federated_stays_inside_even_by_invitation(studios: Studios, run: Run) -> None:
    ours, theirs = studios

    async def go() -> None:
        async with ours.open("li") as (li,):
            room = await li.made(NewChannel("Internal"))
            await li.sees(room, audience=Audience(Visibility.INTERNAL))
            with pytest.raises(LocalServerError):
                ours.api("li", "POST", f"v3/rooms/{room}/invite", {"user_id": theirs.users["hua"].user_id})
            with pytest.raises(LocalServerError):
                theirs.api("hua", "POST", f"v3/join/{room}?via={ours.server.server_name}", {})

    run(go())


def test_people_of_other_companies_make_a_closed_room_theirs_too(studios: Studios, run: Run) -> None:
    ours, theirs = studios

    async def go() -> None:
        async with ours.open("li") as (li,), theirs.open("hua") as (hua,):
            room = ours.raw_channel("li", preset="private_chat")
            await li.sees(room, audience=Audience(Visibility.INTERNAL))
            ours.api("li", "POST", f"v3/rooms/{room}/invite", {"user_id": hua.id})
            await li.sees(room, audience=Audience(Visibility.PARTNERS, (THEIRS,)))
            await hua.channels.follow(room)
            await hua.sees(room, is_followed=True, audience=Audience(Visibility.PARTNERS, (OURS,)))
            # Somebody opens it with another client: the card says so at once.
            ours.put_state("li", room, "m.room.join_rules", {"join_rule": "public"})
            for viewer in (li, hua):
                await viewer.sees(room, audience=Audience(Visibility.PUBLIC))

    run(go())


def test_an_acl_keeps_other_companies_out(studios: Studios, run: Run) -> None:
    ours, theirs = studios

    async def go() -> None:
        async with ours.open("li") as (li,), theirs.open("hua") as (hua,):
            other = Audience(Visibility.PARTNERS, ("other.example",))
            room = await li.made(NewChannel("For others", audience=other))
            await li.sees(room, audience=other)
            with pytest.raises(TackError):
                await hua.channels.follow(room, (ours.server.server_name,))
            await li.channels.set_audience(
                room, Audience(Visibility.PARTNERS, ("other.example", _theirs(studios)))
            )
            both = Audience(Visibility.PARTNERS, tuple(sorted((THEIRS, "other.example"))))
            await li.sees(room, audience=both)
            await hua.channels.follow(room, (ours.server.server_name,))
            await hua.sees(room, is_followed=True)

    run(go())


def test_public_channels_are_found_in_the_directory_of_a_partner(studios: Studios, run: Run) -> None:
    ours, theirs = studios

    async def go() -> None:
        async with ours.open("li") as (li,), theirs.open("hua") as (hua,):
            room = await li.made(NewChannel("Open house", audience=Audience(Visibility.PUBLIC)))
            await li.desk.until(lambda: li.channels.listing(room) == "listed")
            found = await hua.channels.find("open", server=ours.server.server_name)
            (row,) = [one for one in found.channels if one.room_id == room]
            assert row.audience == Audience(Visibility.PUBLIC) and ours.server.server_name in row.via
            await hua.channels.follow(room)
            await hua.sees(room, is_followed=True, audience=Audience(Visibility.PUBLIC))
            for server in ("nowhere.example", THEIRS):
                with pytest.raises(TackError):
                    await hua.channels.find("", server=server)
            assert RoomID(room) in [one.room_id for one in hua.read.channels.channels()]

    run(go())
