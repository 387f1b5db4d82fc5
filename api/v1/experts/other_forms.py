"""A profile in other forms than JSON: vCard, JSON-LD, a page to print. Each shows what the asker was
disclosed, as JSON does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from api.renderers import encode
from api.requests import ApiRequest
from api.v1.experts import one_page
from experts import disclosure, files, linked_data, vcard
from experts.models import Profile, User

DESCRIPTIONS: Mapping[str, str] = {
    vcard.MEDIA_TYPE: "A vCard 4.0.",
    linked_data.MEDIA_TYPE: "JSON-LD, a Person of schema.org.",
    one_page.MEDIA_TYPE: "One page, ready to print.",
}


def answer(profile: Profile, request: ApiRequest, media_type: str) -> HttpResponse:
    """The profile, loaded with all of its content, in one of `DESCRIPTIONS`."""
    return _FORMS[media_type](profile, request)


def _vcard(profile: Profile, request: ApiRequest) -> HttpResponse:
    content = disclosure.disclose(profile, request.viewer)
    written = vcard.vcard(
        profile.pk,
        content,
        address=f"{settings.BASE_URL}/api/v1/experts/{profile.pk}",
        photo=_photo(profile) if content["photo"] else None,
    )
    name = disclosure.display_name(content["identity"]).replace("/", " ") or "expert"
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.vcf")
    return HttpResponse(
        written,
        content_type=f"{vcard.MEDIA_TYPE}; charset=utf-8",
        headers={"Content-Disposition": disposition or "attachment"},
    )


def _linked_data(profile: Profile, request: ApiRequest) -> HttpResponse:
    content = disclosure.disclose(profile, request.viewer)
    photo = f"/api/v1/experts/{profile.pk}/photo?v={content['photo']['version']}" if content["photo"] else ""
    person = linked_data.person(profile.pk, content, site=settings.BASE_URL, photo=photo)
    return HttpResponse(
        encode(person),
        content_type=linked_data.MEDIA_TYPE,
        headers={"Content-Language": request.language},
    )


def _page(profile: Profile, request: ApiRequest) -> HttpResponse:
    content = disclosure.disclose(profile, request.viewer)
    html = one_page.page(
        content,
        name=disclosure.display_name(content["identity"]),
        photo=_photo(profile) if content["photo"] else None,
        language=request.language,
        reader=request.user.name if isinstance(request.user, User) else "",
    )
    return HttpResponse(
        html,
        content_type=f"{one_page.MEDIA_TYPE}; charset=utf-8",
        headers={
            "Content-Language": request.language,
            "Content-Security-Policy": one_page.policy(),
            "X-Content-Type-Options": "nosniff",
        },
    )


def _photo(profile: Profile) -> bytes | None:
    return files.thumbnail(profile.photo)


_FORMS: Mapping[str, Callable[[Profile, ApiRequest], HttpResponse]] = {
    vcard.MEDIA_TYPE: _vcard,
    linked_data.MEDIA_TYPE: _linked_data,
    one_page.MEDIA_TYPE: _page,
}
