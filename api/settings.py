"""Settings, from the environment. A secret may come from a file: `DATABASE_URL_FILE` names the file of `DATABASE_URL`."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_FROM_FILE = (
    "DATABASE_URL", "DATABASE_READ_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY", "SIGN_PASSPHRASE", "BACKUP_PASSPHRASE", "METRICS_TOKEN", "SMTP_URL",
    "SITE_KEY",
)
BUCKET_AT = r"s3://[a-z0-9][a-z0-9.-]+(/[\w.-]+)*/?"
"""What the address of a place in a bucket looks like."""
OWN_FONTS = Path(__file__).parents[1] / "letters" / "fonts"
"""The fonts that the set-up fetches."""


class BadSetting(Exception):
    """A setting cannot be read: which and why, in words for who keeps the installation."""


def _says(description: str, *, allowed: str = "", example: str = "") -> dict[str, Any]:
    """What a setting is for; where it can be wrong, what is allowed and an example of it."""
    return {"description": description, "examples": [example], "json_schema_extra": {"allowed": allowed}}


_PATH, _FOLDER, _COUNT = "一个路径", "已有的、可以读的目录的路径", "{}到{}的整数"
_HOSTS = r"\s*(\*|((\*\.)?[\w.-]+|\[[0-9a-fA-F:.]+\])(:\d+)?)?\s*"
_SMTP = "smtps://用户:口令@主机，或者 smtp://主机，可以带端口；用户和口令里的 @ / : 写成 %40 %2F %3A"
_DATABASE = "postgresql://用户:口令@主机/数据库名，或者 sqlite:////完整路径；用户和口令里的 @ / : 写成 %40 %2F %3A"
_ADDRESSES = "IP地址或者网段，逗号分隔（主机名不行），全部的写 *"


class Settings(BaseSettings):
    """All settings of the program; `gongkai check` lists them."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, validate_default=True)

    database_url: str = Field("", **_says(
        "数据库地址；不填的，用数据目录中的SQLite", allowed=_DATABASE, example="postgresql://gongkai:口令@127.0.0.1/gongkai",
    ))
    database_read_url: SecretStr = Field(SecretStr(""), **_says(
        "备用数据库（PostgreSQL流复制）的地址，查找和统计读它，最好放在 DATABASE_READ_URL_FILE 所指的文件中；不填的，没有",
        allowed="postgresql://用户:口令@主机/数据库名", example="postgresql://reader:口令@10.1.2.4/gongkai",
    ))
    read_lag: int = Field(10, ge=1, le=3600, **_says(
        "备用数据库最多可以晚几秒，超过的读主数据库", allowed=_COUNT.format(1, 3600), example="10",
    ))
    data_dir: Path = Field(Path("data"), **_says("数据目录：数据库、文书、附件、密钥", allowed=_PATH, example="/var/lib/gongkai"))
    files_store: str = Field("", pattern=f"^$|^{BUCKET_AT}$", **_says(
        "文书和附件存放的地方，s3://桶/前缀；不填的，用数据目录中的files",
        allowed="s3://桶/前缀，桶的名称只用小写字母、数字、点、连字符，不少于2个；放在目录里的，不填", example="s3://gongkai/files",
    ))
    s3_endpoint: str = Field("", pattern=r"^$|^https?://[^\s/@?#]+/?$", **_says(
        "S3存储的网址，如 https://主机:9000", allowed="https://主机:端口，不带用户、口令和路径", example="https://s3.example.gov.cn:9000",
    ))
    s3_region: str = Field("", pattern=r"^[a-z0-9-]*$", **_says(
        "S3存储的区域；不填的，为us-east-1", allowed="小写字母、数字、连字符", example="us-east-1",
    ))
    s3_access_key: SecretStr = Field(SecretStr(""), **_says("S3存储的访问密钥编号，最好放在 S3_ACCESS_KEY_FILE 所指的文件中"))
    s3_secret_key: SecretStr = Field(SecretStr(""), **_says(
        "S3存储的访问密钥，最好放在 S3_SECRET_KEY_FILE 所指的文件中", allowed="存储服务发给的访问密钥",
    ))
    rules_dir: Path | None = Field(None, **_says("本单位的规则目录，覆盖自带的规则；不填的，用数据目录中的rules", allowed=_FOLDER))
    agencies_dir: Path | None = Field(None, **_says("本单位的文书抬头目录，每个单位一个文件；不填的，用数据目录中的agencies", allowed=_FOLDER))
    fonts_dir: Path | None = Field(None, **_says("文书字体目录；不填的，用自带的letters/fonts", allowed=_FOLDER))
    host: str = Field("127.0.0.1", **_says("监听地址"))
    port: int = Field(8000, ge=1, le=65535, **_says("监听端口", allowed=_COUNT.format(1, 65535), example="8000"))
    workers: int = Field(1, ge=1, le=64, **_says(
        "同时服务的进程数，多于1的只用于PostgreSQL", allowed=_COUNT.format(1, 64), example="4",
    ))
    checkpoint_dir: Path | None = Field(None, **_says("检查点目录：数据目录以外、本程序的管理者改不了的地方；不填的，不写检查点", allowed=_PATH))
    token_days: int = Field(365, ge=1, le=3650, **_says(
        "接口令牌最长的有效期（天）；已经发出的，超过的也失效", allowed=_COUNT.format(1, 3650), example="180",
    ))
    letter_workers: int = Field(2, ge=1, le=16, **_says(
        "生成文书的进程数；服务的进程有几个的，各有这么多", allowed=_COUNT.format(1, 16), example="2",
    ))
    sign_key: Path | None = Field(None, **_says("电子签名的证书和私钥，PKCS#12文件；不填的，文书不加电子签名", allowed="电子签名证书的路径"))
    sign_passphrase: SecretStr = Field(SecretStr(""), **_says("这个文件的口令，最好放在 SIGN_PASSPHRASE_FILE 所指的文件中"))
    backup_passphrase: SecretStr = Field(SecretStr(""), **_says(
        "备份的口令，最好放在 BACKUP_PASSPHRASE_FILE 所指的文件中；不填的，不加口令"
    ))
    metrics_token: SecretStr = Field(SecretStr(""), **_says(
        "监控程序读取 /metrics 的口令，不少于16个字符，最好放在 METRICS_TOKEN_FILE 所指的文件中；不填的，没有 /metrics",
        allowed="不少于16个字符，可以用 openssl rand -hex 16 生成",
    ))
    smtp_url: SecretStr = Field(SecretStr(""), **_says(
        "发提醒邮件的服务器，smtps://用户:口令@主机，或者 smtp://主机，最好放在 SMTP_URL_FILE 所指的文件中；不填的，不发",
        allowed=_SMTP, example="smtps://remind:口令@mail.example.gov.cn:465",
    ))
    mail_from: str = Field("", pattern=r"^$|^[^@\s<>,;:/]+@[^@\s<>,;:/]+$", **_says(
        "提醒邮件的发件地址", allowed="一个电子邮箱地址，不带名称；设置了SMTP_URL的，必须填写", example="remind@example.gov.cn",
    ))
    remind_command: Path | None = Field(None, **_says(
        "本单位的通知程序（短信、钉钉、政务微信），由标准输入得到一条通知；不填的，没有", allowed=_PATH
    ))
    tell_applicants: str = Field("", pattern=r"^$|^(email|phone)(,(email|phone))?$", **_says(
        "向同意的申请人告知进度：email（电子邮件，用SMTP_URL）、phone（短信，用REMIND_COMMAND），逗号分隔；不填的，不告知",
        allowed="email（要有SMTP_URL）、phone（要有REMIND_COMMAND），或者两种用逗号分隔，没有空格", example="email,phone",
    ))
    remind_hours: str = Field("8-18", pattern=r"^\d{1,2}-\d{1,2}$", **_says(
        "工作日几点到几点发提醒，其余时间不打扰", allowed="起止的钟点，0到24，先小后大，中间用半角连字符", example="8-18",
    ))
    public_url: str = Field("", pattern=r"^$|^https?://[^\s/@?#]+/?$", **_says(
        "办理人员打开本系统的网址，写在提醒里；不填的，提醒里没有网址", allowed="https://主机，可以带端口，不带用户、口令和路径", example="https://gk.example.gov.cn",
    ))
    sign_timestamp_url: str = Field("", pattern=r"^$|^https?://\S+$", **_says(
        "时间戳服务（RFC 3161）的网址；不填的，签名不带时间戳", allowed="http://或者https://开头的网址", example="https://tsa.example.gov.cn/tsr",
    ))
    allowed_hosts: str = Field("*", **_says(
        "允许的主机名，逗号分隔",
        allowed="主机名（不带https://和路径）、*.上级域名，逗号分隔，全部的写 *", example="gk.example.gov.cn,10.1.2.3",
    ))
    forwarded_allow_ips: str = Field("127.0.0.1,::1", **_says(
        "可以信任的代理（地址或者网段，逗号分隔）：由它转来的请求，按它写明的来访地址和协议", allowed=_ADDRESSES, example="127.0.0.1,10.1.2.0/24",
    ))
    counter_from: str = Field("", **_says(
        "体验区的终端从哪里来（地址或者网段，逗号分隔），从别处打不开；不填的，为内部的地址", allowed=_ADDRESSES, example="10.1.3.0/24",
    ))
    site_key: SecretStr = Field(SecretStr(""), **_says(
        "本县政府网站为转到网上申请的链接签名的密钥，不少于32个字符，最好放在 SITE_KEY_FILE 所指的文件中；不填的，不认这样的链接",
        allowed="不少于32个字符，可以用 openssl rand -hex 32 生成",
    ))
    site_name: str = Field("本县政府网站", min_length=1, max_length=100, **_says(
        "这个网站的名称，写在由它转来的网上申请上", allowed="1到100个字", example="某某县人民政府网站",
    ))

    @field_validator("rules_dir", "agencies_dir", "fonts_dir", "checkpoint_dir", "sign_key", "remind_command", mode="before")
    @classmethod
    def _not_set(cls, path: Any) -> Any:
        """Set, but empty, is not set: it would be the folder in which the program was started."""
        return None if path == "" else path

    @field_validator("rules_dir", "agencies_dir", "fonts_dir", "sign_key")
    @classmethod
    def _is_there(cls, path: Path | None, info: ValidationInfo) -> Path | None:
        """What the office names must be there already, and can be read by whoever runs the program."""
        if path is not None:
            is_file = info.field_name == "sign_key"
            if not (path.is_file() if is_file else path.is_dir()):
                raise ValueError(f"没有这个{'文件' if is_file else '目录'}")
            if not os.access(path, os.R_OK if is_file else os.R_OK | os.X_OK):
                raise ValueError("运行本程序的用户没有权限读")
        return path

    @field_validator("metrics_token")
    @classmethod
    def _not_guessed(cls, token: SecretStr) -> SecretStr:
        """Nothing counts those who guess it: it must be long."""
        if 0 < (long := len(token.get_secret_value())) < 16:
            raise ValueError(f"只有{long}个字符")
        return token

    @field_validator("site_key")
    @classmethod
    def _not_tried(cls, key: SecretStr) -> SecretStr:
        """Whoever has a link can try keys against its signature, unseen and for as long as he likes."""
        if 0 < (long := len(key.get_secret_value())) < 32:
            raise ValueError(f"只有{long}个字符")
        return key

    @field_validator("s3_secret_key")
    @classmethod
    def _with_keys(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        """Whoever keeps files in a bucket says with which keys: none is looked for anywhere else."""
        if info.data.get("files_store") and not (secret.get_secret_value() and info.data.get("s3_access_key", SecretStr("")).get_secret_value()):
            raise ValueError("设置了FILES_STORE，还要有S3_ACCESS_KEY和S3_SECRET_KEY")
        return secret

    @field_validator("sign_timestamp_url", "s3_endpoint", "public_url")
    @classmethod
    def _with_a_host(cls, url: str) -> str:
        """An address that can be called."""
        if url:
            _shown(url)
        return url

    @field_validator("smtp_url")
    @classmethod
    def _a_server(cls, url: SecretStr) -> SecretStr:
        """A server that can be asked."""
        if text := url.get_secret_value():
            _shown(text)
            if urlsplit(text).scheme not in ("smtp", "smtps"):
                raise ValueError
        return url

    @field_validator("mail_from")
    @classmethod
    def _from_somebody(cls, address: str, info: ValidationInfo) -> str:
        """Whoever sets a server says also who sends."""
        smtp = info.data.get("smtp_url")
        if not address and smtp is not None and smtp.get_secret_value():
            raise ValueError("设置了SMTP_URL，还要有发件地址")
        return address

    @field_validator("tell_applicants")
    @classmethod
    def _by_a_way(cls, text: str, info: ValidationInfo) -> str:
        """What is promised to applicants can be done."""
        smtp = info.data.get("smtp_url")  # None: it is wrong itself, and told
        if "email" in text and smtp is not None and not smtp.get_secret_value():
            raise ValueError("写了email，还要设置SMTP_URL")
        if "phone" in text and info.data.get("remind_command", "") is None:
            raise ValueError("写了phone，还要设置REMIND_COMMAND")
        return text

    @field_validator("allowed_hosts")
    @classmethod
    def _names(cls, text: str) -> str:
        """Host names as a browser sends them; with an address of a page none would ever be answered."""
        if not all(re.fullmatch(_HOSTS, one) for one in text.split(",")):
            raise ValueError
        return text

    @field_validator("remind_hours")
    @classmethod
    def _a_day(cls, text: str) -> str:
        begin, end = map(int, text.split("-"))
        if not begin < end <= 24:
            raise ValueError
        return text

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, url: str) -> str:
        """SQLite or PostgreSQL, the latter by its one driver whatever the address says."""
        scheme, separator, rest = url.partition("://")
        if scheme in ("postgres", "postgresql"):
            scheme, url = "postgresql+psycopg", f"postgresql+psycopg{separator}{rest}"
        if url and (not separator or scheme not in ("sqlite", "postgresql+psycopg")):
            raise ValueError
        if url:
            _shown_database(url)
        return url

    @field_validator("database_read_url")
    @classmethod
    def _follows(cls, url: SecretStr, info: ValidationInfo) -> SecretStr:
        """Only PostgreSQL has a copy that follows by itself."""
        said, main = url.get_secret_value(), info.data.get("database_url")
        if said and main is not None and not main.startswith("postgresql+psycopg://"):
            raise ValueError("只有用PostgreSQL的（DATABASE_URL）才有备用数据库")
        if (known := cls._known_engine(said)).startswith("sqlite"):
            raise ValueError("备用数据库也要是PostgreSQL")
        return SecretStr(known)

    @field_validator("forwarded_allow_ips", "counter_from")
    @classmethod
    def _addresses(cls, text: str) -> str:
        """Addresses and networks; a name or a slip would trust nobody, and nobody would notice."""
        for one in text.split(","):
            if one.strip() not in ("", "*"):
                ipaddress.ip_network(one.strip())
        return text

    def stands_in_hall(self, client: str) -> bool:
        """Whether whoever comes from this address may be a terminal of a counter (体验区): what is applied for at one counts as handed in."""
        try:
            address = ipaddress.ip_address(client)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        named = [one.strip() for one in self.counter_from.split(",") if one.strip()]
        return any(one == "*" or address in ipaddress.ip_network(one) for one in named) if named else not address.is_global

    def model_post_init(self, _context: Any) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.data_dir.absolute() / 'gongkai.db'}")

    @property
    def hosts(self) -> list[str]:
        """The host names it answers to."""
        return [host for one in self.allowed_hosts.split(",") if (host := one.strip())] or ["*"]

    @property
    def hours(self) -> tuple[int, int]:
        """From when until when people are reminded, on working days."""
        begin, end = map(int, self.remind_hours.split("-"))
        return begin, end

    @property
    def tells(self) -> list[str]:
        """On which ways applicants are told of the course of their requests: email, phone."""
        return [one for one in self.tell_applicants.split(",") if one]

    @property
    def own_rules(self) -> Path:
        """本单位的规则目录."""
        return self.rules_dir or self.data_dir / "rules"

    @property
    def own_agencies(self) -> Path:
        """本单位的文书抬头目录."""
        return self.agencies_dir or self.data_dir / "agencies"

    @property
    def shown(self) -> dict[str, str]:
        """The settings as they may be shown: what is used, also where nothing was set, without the passwords within addresses."""
        used = {"rules_dir": self.own_rules, "agencies_dir": self.own_agencies, "fonts_dir": self.fonts_dir or OWN_FONTS}
        values = {name.upper(): "" if value is None else str(value) for name, value in {**self.model_dump(), **used}.items()}
        values["DATABASE_URL"] = _shown_database(values["DATABASE_URL"])
        return values | {name: _shown(url) for name in _ADDRESSED if (url := values[name])}


_ADDRESSED = ("S3_ENDPOINT", "SIGN_TIMESTAMP_URL", "PUBLIC_URL")
_HOST = r"[\w.-]+|\[[0-9a-fA-F:.]+\]"


def _shown(url: str) -> str:
    """Of an address, which may hold secrets, scheme and host; “…” stands for what else it has. Raises ValueError: it cannot be called."""
    parts = urlsplit(url)
    name, path = parts.netloc.rpartition("@")[2], url.partition("://")[2].removeprefix(parts.netloc)
    if not parts.scheme or not re.fullmatch(rf"({_HOST})(:\d+)?", name) or parts.port == 0:
        raise ValueError("没有主机名，或者端口不对")
    if "@" in path:
        raise ValueError("主机名以后还有@，看不出哪里是用户和口令")
    return f"{parts.scheme}://{name}" + ("/…" if path.strip("/") or name != parts.netloc else path)


def _shown_database(url: str) -> str:
    """The same of the address of a database, as its driver reads it. Raises ValueError: it cannot be read so."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite" and not address.host and not address.username:
            return f"{address.drivername}:///{address.database or ''}" + ("?…" if address.query else "")
        make_conninfo(**address.get_dialect()().create_connect_args(address)[1])
    except (ArgumentError, TypeError) as error:
        raise ValueError("不像数据库的地址") from error
    except ProgrammingError as error:
        raise ValueError("问号以后有PostgreSQL不认识的参数") from error
    except ValueError as error:
        raise ValueError("端口不是数字") from error
    if address.port is not None and not 1 <= address.port <= 65535:
        raise ValueError("端口应当是1到65535")
    host = address.host or ""
    if not re.fullmatch(r"[\w.,-]*|[0-9a-fA-F:.]+", host):
        raise ValueError("主机名不对，可能是用户和口令里的 @ / : 没有写成 %40 %2F %3A")
    named = (f"[{host}]" if ":" in host else host) + (f":{address.port}" if address.port else "")
    return f"{address.drivername}://{named}/…"


def _quoted(value: str, *, is_hidden: bool = False) -> str:
    """A value as it may be repeated to whoever set it: none in which a secret may stand."""
    return f"…（{len(value)}个字符，不在这里显示）" if is_hidden or re.search("[@=]|://", value) else f"“{value[:80]}”"


def _named(path: str) -> str:
    """The path of a secret's file; what is none may be the secret itself."""
    return _quoted(path, is_hidden=not path.startswith(("/", ".")))


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment and, for secrets, from the files that `NAME_FILE` names. Raises BadSetting, which tells all that is wrong."""
    wrong, unread = list[str](), set[str]()
    for name in _FROM_FILE:
        if (path := os.environ.get(f"{name}_FILE")) and not os.environ.get(name):
            try:
                overrides.setdefault(name.lower(), Path(path).read_text(encoding="utf-8").strip())
                continue
            except UnicodeDecodeError:
                wrong.append(f"{name}_FILE：所指的文件{_named(path)}不是UTF-8文本，请改为UTF-8编码。")
            except OSError as error:
                wrong.append(f"{name}_FILE：所指的文件{_named(path)}不能读（{os.strerror(error.errno or 0)}），请检查路径和权限。")
            unread.add(name.lower())
            overrides[name.lower()] = None  # what depends on it is not told to be wrong
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        wrong += [_wrong(str(one["loc"][0]), one) for one in error.errors() if one["loc"][0] not in unread]
    if not wrong:
        return settings
    raise BadSetting("\n".join([f"共{len(wrong)}处", *wrong] if len(wrong) > 1 else wrong))


_UNTOLD = ("database_url", "files_store", "s3_endpoint", "s3_region", "mail_from", "public_url", "sign_timestamp_url")
"""Where a secret may have been put by a slip: a value that is refused is not repeated."""


def _wrong(name: str, error: Any) -> str:
    """What is wrong with one setting: what was given, unless a secret may be in it, why, what is allowed, and an example."""
    field, given = Settings.model_fields[name], error["input"]
    given = given.get_secret_value() if isinstance(given, SecretStr) else str(given)
    is_hidden = field.annotation is SecretStr or name in _UNTOLD
    said = [f"现在是{_quoted(given, is_hidden=is_hidden)}" if given else "现在是空的"]
    if error["type"] == "value_error" and "\u4e00" <= (why := str(error["ctx"]["error"]))[:1] <= "\u9fff":  # not what a library says
        said.append(why)
    if isinstance(extra := field.json_schema_extra, dict) and extra["allowed"]:
        said.append(f"应当是{extra['allowed']}")
    said += [f"例如 {name.upper()}={one}" for one in field.examples or () if one]
    return f"{name.upper()}：{'。'.join(said)}。"
