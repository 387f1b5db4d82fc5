#!/bin/sh
# Brings what Python code needs here: uv, a Python of 3.12 or later and the locked dependencies in .venv.
# Does nothing, quickly, when that has been done. Needs python3 with venv or pip, or uv; an empty HOME will do.
set -eu
cd "$(dirname "$0")/../.."

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

stamp=.local/bootstrap.stamp
want=$(printf '%s ' "$PWD"; cat uv.lock pyproject.toml | cksum)
if [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi
mkdir -p .local 2>/dev/null || fail "$PWD/.local cannot be made: is the folder yours, and is there room on the disk?"
rm -f "$stamp"

# pyenv hides all interpreters but one behind its shims; naming them all, newest first, reveals them.
if [ -z "${PYENV_VERSION:-}" ] && command -v pyenv >/dev/null 2>&1; then
    PYENV_VERSION=$(pyenv versions --bare --skip-aliases 2>/dev/null | sort -rV | paste -sd: -)
    if [ -n "$PYENV_VERSION" ]; then export PYENV_VERSION; else unset PYENV_VERSION; fi
fi
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH UV_PROJECT_ENVIRONMENT || true
[ -n "${HOME:-}" ] && [ -w "$HOME" ] || export UV_CACHE_DIR="${UV_CACHE_DIR:-$PWD/.local/uv-cache}"

find_uv() {
    for uv in "$(command -v uv 2>/dev/null)" "$PWD/.local/uv/bin/uv" "$PWD/.local/uv-packages/bin/uv"; do
        [ -n "$uv" ] && "$uv" --version >/dev/null 2>&1 && return 0
    done
    return 1
}

install_uv() {
    echo "Installing uv in .local ..."
    log=$PWD/.local/bootstrap.log
    rm -rf .local/uv .local/uv-packages
    if python3 -m venv .local/uv >"$log" 2>&1; then
        .local/uv/bin/python -m pip install --quiet --disable-pip-version-check uv >>"$log" 2>&1 && return 0
    elif python3 -m pip --version >>"$log" 2>&1; then # no ensurepip, as on a plain Debian
        rm -rf .local/uv
        python3 -m pip install --quiet --disable-pip-version-check --target .local/uv-packages uv >>"$log" 2>&1 &&
            return 0
    else
        fail "uv is missing and cannot be installed by this python3: install uv, or python3-venv, or python3-pip."
    fi
    tail -n 5 "$log" >&2
    fail "uv could not be installed (see $log)."
}

if ! find_uv; then
    command -v python3 >/dev/null 2>&1 || fail "python3 is missing: install Python 3 (or uv)."
    install_uv
    find_uv || fail "uv was installed in .local, but does not run here."
fi

[ -x .venv/bin/python ] || echo "Installing Python packages in .venv ..."
"$uv" sync --frozen --quiet || fail "The locked dependencies, or the Python of 3.12 or later for them, could not be installed: see above."
printf '%s' "$want" >"$stamp"
