"""A post or a film -> its picture, else one of five drawings in the community's colours, the same for ever."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from blog import announcing
from blog.models import Post, Video

IMAGE = '<img class="art" src="{}" alt="" width="640" height="400" loading="lazy">'
DRAWN = (
    '<svg class="art" preserveAspectRatio="xMidYMid slice" viewBox="0 0 640 400" aria-hidden="true" focusable="false">'
    "{}</svg>"
)
LINES = (
    # two speech bubbles
    (
        '<path class="art-1" d="M0 0h640v400H0z"/>'
        '<path class="art-5" d="M92 84h272a30 30 0 0 1 30 30v96a30 30 0 0 1-30 30H196l-62 48v-48H92a30 30 0 0'
        " 1-30-30v-96"
        'a30 30 0 0 1 30-30z"/>'
        '<path class="art-2" d="M330 190h196a28 28 0 0 1 28 28v76a28 28 0 0 1-28 28h-24v40l-52-40H330a28 28 0 0'
        " 1-28-28v-76"
        'a28 28 0 0 1 28-28z"/><path class="art-s" d="M108 132h230M108 164h170M340 240h160M340 272h110"/>'
    ),
    # a street at night
    (
        '<path class="art-4" d="M0 0h640v400H0z"/><path class="art-1" d="M0 250h640v150H0z"/>'
        '<path class="art-3" d="M70 120h120v280H70zM214 60h92v340h-92zM330 160h130v240H330zM484 96h96v304h-96z"/>'
        '<path class="art-2" d="M92 146h24v30H92zM142 146h24v30h-24zM92 206h24v30H92zM234 90h20v26h-20zM268 150'
        "h20v26h-20z"
        'M356 190h28v32h-28zM406 250h28v32h-28zM506 126h20v28h-20zM540 190h20v28h-20zM142 270h24v30h-24z"/>'
        '<circle class="art-2" cx="420" cy="72" r="28"/>'
    ),
    # a road into the hills
    (
        '<path class="art-bg" d="M0 0h640v400H0z"/><circle class="art-2" cx="486" cy="132" r="74"/>'
        '<path class="art-3" d="M0 268 128 206l118 50 132-84 120 66 142-52v214H0z"/>'
        '<path class="art-1" d="M0 322 170 262l150 46 170-52 150 52v92H0z"/>'
        '<path class="art-4" d="M262 400 312 292h16l50 108z"/>'
        '<path class="art-5" d="m317 312-2 18h10l-2-18zM313 344l-3 24h20l-3-24zM308 382l-2 18h28l-2-18z"/>'
    ),
    # three people at a table
    (
        '<path class="art-bg" d="M0 0h640v400H0z"/><path class="art-3" d="M60 290h520v30H60z"/>'
        '<circle class="art-1" cx="170" cy="160" r="46"/><path class="art-1" d="M90 290c0-52 34-78 80-78s80 26 80'
        ' 78z"/>'
        '<circle class="art-4" cx="320" cy="140" r="46"/><path class="art-4" d="M240 290c0-62 34-92 80-92s80 30'
        ' 80 92z"/>'
        '<circle class="art-2" cx="470" cy="160" r="46"/><path class="art-2" d="M390 290c0-52 34-78 80-78s80 26'
        ' 80 78z"/>'
    ),
    # a boat under the sun
    (
        '<path class="art-2" d="M0 0h640v400H0z"/><path class="art-5" d="M150 262V96l138 166zM306 262V126l92 136z"/>'
        '<path class="art-4" d="M118 278h320l-44 52H164z"/>'
        '<path class="art-1" d="M0 322c54 0 54 20 107 20s53-20 106-20 54 20 107 20 53-20 106-20 54 20 107 20'
        " 53-20 107-20"
        'v78H0z"/><circle class="art-4" cx="520" cy="104" r="40"/>'
    ),
)
DRAWINGS = tuple(SafeString(DRAWN.format(lines)) for lines in LINES)


def of(key: int) -> SafeString:
    """The drawing of the post or the film with that key; neighbours have different ones."""
    return DRAWINGS[key % len(DRAWINGS)]


def picture(post: Post | Video) -> SafeString:
    """What stands beside its title, for the eye only."""
    return format_html(IMAGE, announcing.hero(post, "small")) if post.hero_id else of(post.pk)
