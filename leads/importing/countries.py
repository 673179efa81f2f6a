"""Country names as CRMs export them, in English and German, as ISO 3166 codes."""

_NAMES = """
AD=andorra; AE=united arab emirates|vereinigte arabische emirate|uae; AF=afghanistan; AG=antigua &
barbuda|antigua and barbuda; AI=anguilla; AL=albania|albanien; AM=armenia|armenien; AO=angola;
AR=argentina|argentinien; AS=american samoa; AT=austria|österreich; AU=australia|australien; AW=aruba; AX=åland
islands; AZ=azerbaijan|aserbaidschan; BA=bosnia & herzegovina|bosnia and herzegovina|bosnien und
herzegowina|bosnia; BB=barbados; BD=bangladesh|bangladesch; BE=belgium|belgien; BF=burkina faso;
BG=bulgaria|bulgarien; BH=bahrain; BI=burundi; BJ=benin; BL=st barthelemy|saint barthelemy; BM=bermuda;
BN=brunei; BO=bolivia|bolivien; BQ=caribbean nl; BR=brazil|brasilien; BS=bahamas; BT=bhutan; BW=botswana;
BY=belarus|weissrussland; BZ=belize; CA=canada|kanada; CC=cocos (keeling) islands; CD=dr congo|democratic
republic of the congo|demokratische republik kongo; CF=central african rep.|central african republic;
CG=congo|republic of the congo|kongo; CH=switzerland|schweiz|suisse|svizzera; CI=côte d'ivoire|ivory
coast|elfenbeinküste; CK=cook islands; CL=chile; CM=cameroon|kamerun; CN=china|people's republic of china|prc;
CO=colombia|kolumbien; CR=costa rica; CU=cuba|kuba; CV=cape verde|cabo verde; CW=curaçao; CX=christmas island;
CY=cyprus|zypern; CZ=czech republic|czechia|tschechien|tschechische republik; DE=germany|deutschland|federal
republic of germany|brd; DJ=djibouti; DK=denmark|dänemark; DM=dominica; DO=dominican republic|dominikanische
republik; DZ=algeria|algerien; EC=ecuador; EE=estonia|estland; EG=egypt|ägypten; EH=western sahara; ER=eritrea;
ES=spain|spanien|españa; ET=ethiopia|äthiopien; FI=finland|finnland; FJ=fiji; FK=falkland islands;
FM=micronesia; FO=faroe islands; FR=france|frankreich; GA=gabon; GB=united kingdom|uk|great
britain|britain|england|scotland|wales|northern ireland|vereinigtes königreich|grossbritannien|united kingdom of
great britain and northern ireland; GD=grenada; GE=georgia|georgien; GF=french guiana; GG=guernsey; GH=ghana;
GI=gibraltar; GL=greenland; GM=gambia; GN=guinea; GP=guadeloupe; GQ=equatorial guinea; GR=greece|griechenland;
GT=guatemala; GU=guam; GW=guinea-bissau; GY=guyana; HK=hong kong|hong kong sar|hongkong; HN=honduras;
HR=croatia|kroatien; HT=haiti; HU=hungary|ungarn; ID=indonesia|indonesien; IE=ireland|irland; IL=israel; IM=isle
of man; IN=india|indien; IQ=iraq|irak; IR=iran|islamic republic of iran; IS=iceland|island;
IT=italy|italien|italia; JE=jersey; JM=jamaica|jamaika; JO=jordan|jordanien; JP=japan; KE=kenya|kenia;
KG=kyrgyzstan; KH=cambodia|kambodscha; KI=kiribati; KM=comoros; KN=st kitts & nevis|st kitts and nevis|saint
kitts & nevis; KP=north korea|nordkorea; KR=south korea|korea|republic of korea|südkorea; KW=kuwait; KY=cayman
islands; KZ=kazakhstan|kasachstan; LA=laos; LB=lebanon|libanon; LC=st lucia|saint lucia; LI=liechtenstein;
LK=sri lanka; LR=liberia; LS=lesotho; LT=lithuania|litauen; LU=luxembourg|luxemburg; LV=latvia|lettland;
LY=libya|libyen; MA=morocco|marokko; MC=monaco; MD=moldova|moldau|republic of moldova; ME=montenegro; MF=st
martin (french)|saint martin (french); MG=madagascar|madagaskar; MH=marshall islands; MK=north
macedonia|macedonia|nordmazedonien; ML=mali; MM=myanmar|burma; MN=mongolia|mongolei; MO=macau|macao; MP=northern
mariana islands; MQ=martinique; MR=mauritania; MS=montserrat; MT=malta; MU=mauritius; MV=maldives; MW=malawi;
MX=mexico|mexiko|méxico; MY=malaysia; MZ=mozambique; NA=namibia; NC=new caledonia; NE=niger; NF=norfolk island;
NG=nigeria; NI=nicaragua; NL=netherlands|niederlande|the netherlands|holland; NO=norway|norwegen; NP=nepal;
NR=nauru; NU=niue; NZ=new zealand|neuseeland; OM=oman; PA=panama; PE=peru; PF=french polynesia; PG=papua new
guinea; PH=philippines|philippinen|the philippines; PK=pakistan; PL=poland|polen; PM=st pierre & miquelon|st
pierre and miquelon|saint pierre & miquelon; PN=pitcairn; PR=puerto rico; PS=palestine|palästina|palestinian
territories; PT=portugal; PW=palau; PY=paraguay; QA=qatar|katar; RE=réunion; RO=romania|rumänien;
RS=serbia|serbien; RU=russia|russian federation|russland; RW=rwanda; SA=saudi arabia|saudi-arabien|ksa;
SB=solomon islands; SC=seychelles; SD=sudan; SE=sweden|schweden; SG=singapore|singapur; SH=st helena|saint
helena; SI=slovenia|slowenien; SJ=svalbard & jan mayen|svalbard and jan mayen; SK=slovakia|slowakei|slovak
republic; SL=sierra leone; SM=san marino; SN=senegal; SO=somalia; SR=suriname; SS=south sudan; ST=sao tome &
principe|sao tome and principe; SV=el salvador; SX=st maarten (dutch)|saint maarten (dutch); SY=syria|syrien;
SZ=eswatini|swaziland; TC=turks & caicos is|turks and caicos is; TD=chad; TG=togo; TH=thailand; TJ=tajikistan;
TK=tokelau; TL=east timor|timor-leste; TM=turkmenistan; TN=tunisia|tunesien; TO=tonga; TR=turkey|türkiye|türkei;
TT=trinidad & tobago|trinidad and tobago; TV=tuvalu; TW=taiwan|taiwan, province of china; TZ=tanzania|united
republic of tanzania|tansania; UA=ukraine; UG=uganda; US=united states|united states of
america|usa|u.s.a.|u.s.|america|vereinigte staaten|vereinigte staaten von amerika; UY=uruguay;
UZ=uzbekistan|usbekistan; VA=vatican city|holy see|vatican; VC=st vincent|saint vincent; VE=venezuela|bolivarian
republic of venezuela; VG=british virgin islands; VI=us virgin islands; VN=vietnam|viet nam; VU=vanuatu;
WF=wallis & futuna|wallis and futuna; WS=samoa; YE=yemen; YT=mayotte; ZA=south africa|südafrika;
ZM=zambia|sambia; ZW=zimbabwe|simbabwe
"""


def _by_name():
    found = {}
    for entry in " ".join(_NAMES.split("\n")).split(";"):
        code, _sign, names = entry.strip().partition("=")
        found[code.casefold()] = code
        found.update((name, code) for name in names.split("|"))
    return found


_CODES = _by_name()


def code(text):
    """The two-letter code of a country's name or code, or "" if it names none."""
    return _CODES.get(" ".join(text.casefold().split()), "")
