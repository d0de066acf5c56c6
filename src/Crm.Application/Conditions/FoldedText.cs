using System.Collections.Frozen;
using System.Text;

namespace Crm.Application.Conditions;

/// <summary>
/// "Ignoring case and accents" in memory, as <c>crm.fold</c> means it in the database: lower case, letters without their marks, ligatures and signs as what
/// people type. The table says what PostgreSQL's dictionary unaccent does; a test compares the letters of the Latin, Greek and Cyrillic alphabets and all signs with the
/// database. The service has no ICU to ask.
/// </summary>
internal static class FoldedText
{
    private const int MarksFrom = 0x300, MarksTo = 0x362, AroundFrom = 0x20DD, AroundTo = 0x20E4, EnclosedKept = 0x20E1, WideFrom = 0xFF01, WideTo = 0xFF5E, WideOffset = 0xFEE0;

    // What is typed = the letters read so; ₌ is an equals sign.
    private const string Table = """
        !=¡︕﹗ (c)=©⒞🄒 <<=«≪《︽ -=­˗‐‑‒–—―−︱︲﹘﹣ (r)=®⒭🄡 +/-=± >>=»≫》︾ 1/4=¼ 1/2=½ 3/4=¾ ?=¿︖﹖ a=ÀÁÂÃÄÅàáâãäåĀāĂăĄąǍǎǞǟǠǡǺǻȀȁȂȃȦȧȺᴀᶏḀḁẚẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặⱥÅ ae=Ææᴁ
        c=ÇçĆćĈĉĊċČčƇƈȻȼɕᴄḈḉℂℭⅭⅽꞒꞓ e=ÈÉÊËèéêëĒēĔĕĖėĘęĚěƐȄȅȆȇȨȩɆɇɛᴇᶒᶓḔḕḖḗḘḙḚḛḜḝẸẹẺẻẼẽẾếỀềỂểỄễỆệℯℰⅇⱸ i=ÌÍÎÏìíîïĨĩĪīĬĭĮįİıƖƗǏǐȈȉȊȋɨɪᵻᶖḬḭḮḯỈỉỊịℐℑℹⅈⅠⅰ
        d=ÐðĎďĐđƉƊƋƌȡɖɗᴅᴆᵭᶁᶑḊḋḌḍḎḏḐḑḒḓⅅⅆⅮⅾꝱꝹꝺ n=ÑñŃńŅņŇňŊŋƝƞǸǹȵɲɳɴᵰᶇṄṅṆṇṈṉṊṋℕꝴꞐꞑꞤꞥ o=ÒÓÔÕÖØòóôõöøŌōŎŏŐőƠơǑǒǪǫǬǭȌȍȎȏȪȫȬȭȮȯȰȱᴏṌṍṎṏṐṑṒṓỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợℴⱺꝊꝋꝌꝍ *=×⁎﹡
        u=ÙÚÛÜùúûüŨũŪūŬŭŮůŰűŲųƯưǓǔǕǖǗǘǙǚǛǜȔȕȖȗɄʉᴜᵾᶙṲṳṴṵṶṷṸṹṺṻỤụỦủỨứỪừỬửỮữỰự y=ÝýÿŶŷŸƳƴȲȳɎɏʏẎẏẙỲỳỴỵỶỷỸỹỾỿ th=ÞþᵺꝤꝥꝦꝧ ss=ßẞ /=÷⁄∕ g=ĜĝĞğĠġĢģƓǤǥǦǧǴǵɠɡɢʛᶃḠḡℊꞠꞡ
        h=ĤĥĦħȞȟɦɧʜḢḣḤḥḦḧḨḩḪḫẖℋℍℎⱧⱨꞪ ij=Ĳĳ j=ĴĵǰȷɈɉɟʝᴊⅉ k=ĶķƘƙǨǩᴋᶄḰḱḲḳḴḵⱩⱪꝀꝁꝂꝃꝄꝅꞢꞣK q=ĸʠℚꝖꝗꝘꝙ l=ĹĺĻļĽľĿŀŁłƚȴȽɫɬɭʟᴌᶅḶḷḸḹḺḻḼḽℒℓⅬⅼⱠⱡⱢꝆꝇꝈꝉꝲ 'n=ŉ oe=Œœɶ
        r=ŔŕŖŗŘřȐȑȒȓɌɍɼɽɾʀᵲᵳᶉṘṙṚṛṜṝṞṟℛℜℝⱤꝵꝶꞦꞧ s=ŚśŜŝŞşŠšſȘșȿʂᵴᶊṠṡṢṣṤṥṦṧṨṩẜẝⱾꜱꞨꞩ t=ŢţŤťŦŧƫƬƭƮȚțȶȾʈᴛᵵṪṫṬṭṮṯṰṱẗⱦꝷꞆꞇ w=ŴŵᴡẀẁẂẃẄẅẆẇẈẉẘⱲⱳ z=ŹźŻżŽžƵƶȤȥɀʐʑᴢᵶᶎẐẑẒẓẔẕℤℨⱫⱬⱿ
        b=ƀƁƂƃɃɓʙᴃᵬᶀḂḃḄḅḆḇℬ f=ƑƒᵮᶂḞḟℱꜰꝻꝼ hv=ƕ oi=Ƣƣ p=ƤƥᴘᵱᵽᶈṔṕṖṗ℘ℙⱣꝐꝑꝒꝓꝔꝕ v=ƲʋᴠᶌṼṽṾṿỼỽⅤⅴⱱⱴꝞꝟ dz=ǄǅǆǱǲǳʣʥ lj=Ǉǈǉ nj=Ǌǋǌ db=ȸ㏈ qp=ȹ m=ɱᴍᵯᶆḾḿṀṁṂṃℳⅯⅿⱮꝳ ts=ʦ ls=ʪ lz=ʫ
        '=ʹʻʼʽˈ‘’‛′ʹ "=ʺ“”‟″〝〞 <=˂‹〈︿﹤〈 >=˃›〉﹀﹥〉 ^=˄ˆ `=ˋ` :=ː︓﹕ +=˖﹢ ~=˜ α=ΆάἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏὰᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾰᾱᾲᾳᾴᾶᾷᾸᾹᾺᾼάΆ ·=· ε=ΈέἐἑἒἓἔἕἘἙἚἛἜἝὲῈέΈ
        η=ΉήἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὴᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟῂῃῄῆῇῊῌήΉ ι=ΊΐΪίϊἰἱἲἳἴἵἶἷἸἹἺἻἼἽἾἿὶῐῑῒῖῗῘῙῚίιΐΊ ο=ΌόὀὁὂὃὄὅὈὉὊὋὌὍὸῸόΌ υ=ΎΫΰϋύὐὑὒὓὔὕὖὗὙὛὝὟὺῠῡῢῦῧῨῩῪύΰΎ
        ω=ΏώὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὼᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯῲῳῴῶῷῺῼώΏΩ е=Ёё ue=ᵫ x=ᶍẊẋẌẍℌⅩⅹ ll=Ỻỻ ρ=ῤῥῬ ||=‖∥ ,=‚、︐︑﹐﹑､ ,,=„ .=․。︒﹒｡ ..=‥︰ ...=…︙ !!=‼ [=⁅〔〘〚︹﹇﹝ ]=⁆〕〙〛︺﹈﹞ ??=⁇ ?!=⁈ !?=⁉
        ce=₠ cr=₢ fr.=₣ l.=₤ pts=₧ rs=₹ tl=₺ a/c=℀ a/s=℁ °c=℃ c/o=℅ c/u=℆ °f=℉ no=№ (p)=℗⒫🄟 rx=℞ tel=℡ fax=℻ 1/7=⅐ 1/9=⅑ 1/10=⅒ 1/3=⅓ 2/3=⅔ 1/5=⅕ 2/5=⅖ 3/5=⅗ 4/5=⅘ 1/6=⅙
        5/6=⅚ 1/8=⅛ 3/8=⅜ 5/8=⅝ 7/8=⅞ 1/=⅟ ii=Ⅱⅱ iii=Ⅲⅲ iv=Ⅳⅳ vi=Ⅵⅵ vii=Ⅶⅶ viii=Ⅷⅷ ix=Ⅸⅸ xi=Ⅺⅺ xii=Ⅻⅻ 0/3=↉ \=∖﹨ |=∣ (1)=⑴ (2)=⑵ (3)=⑶ (4)=⑷ (5)=⑸ (6)=⑹ (7)=⑺ (8)=⑻ (9)=⑼
        (10)=⑽ (11)=⑾ (12)=⑿ (13)=⒀ (14)=⒁ (15)=⒂ (16)=⒃ (17)=⒄ (18)=⒅ (19)=⒆ (20)=⒇ 1.=⒈ 2.=⒉ 3.=⒊ 4.=⒋ 5.=⒌ 6.=⒍ 7.=⒎ 8.=⒏ 9.=⒐ 10.=⒑ 11.=⒒ 12.=⒓ 13.=⒔ 14.=⒕ 15.=⒖ 16.=⒗
        17.=⒘ 18.=⒙ 19.=⒚ 20.=⒛ (a)=⒜🄐 (b)=⒝🄑 (d)=⒟🄓 (e)=⒠🄔 (f)=⒡🄕 (g)=⒢🄖 (h)=⒣🄗 (i)=⒤🄘 (j)=⒥🄙 (k)=⒦🄚 (l)=⒧🄛 (m)=⒨🄜 (n)=⒩🄝 (o)=⒪🄞 (q)=⒬🄠 (s)=⒮🄢 (t)=⒯🄣 (u)=⒰🄤 (v)=⒱🄥 (w)=⒲🄦
        (x)=⒳🄧 (y)=⒴🄨 (z)=⒵🄩 ((=⦅｟ ))=⦆｠ ::₌=⩴ ₌₌=⩵ ₌₌₌=⩶ 0=〇 hpa=㍱ da=㍲ au=㍳Ꜷꜷ bar=㍴ ov=㍵ pc=㍶ dm=㍷ iu=㍺ pa=㎀㎩ na=㎁ ma=㎃ ka=㎄ kb=㎅ mb=㎆㏔ gb=㎇ cal=㎈ kcal=㎉ pf=㎊ nf=㎋ mg=㎎
        kg=㎏ hz=㎐ khz=㎑ mhz=㎒ ghz=㎓ thz=㎔ fm=㎙ nm=㎚ mm=㎜ cm=㎝ km=㎞㏎ m/s=㎧ kpa=㎪ mpa=㎫ gpa=㎬ rad=㎭ rad/s=㎮ ps=㎰ ns=㎱ ms=㎳ pv=㎴ nv=㎵ mv=㎷㎹ kv=㎸ pw=㎺ nw=㎻ mw=㎽㎿ kw=㎾ a.m.=㏂
        bq=㏃ cc=㏄ cd=㏅ c/kg=㏆ co.=㏇ gy=㏉ ha=㏊ hp=㏋ in=㏌ kk=㏍ kt=㏏ lm=㏐ ln=㏑ log=㏒ lx=㏓ mil=㏕ mol=㏖ ph=㏗ p.m.=㏘ ppm=㏙ pr=㏚ sr=㏛ sv=㏜ wb=㏝ v/m=㏞ a/m=㏟ aa=Ꜳꜳ ao=Ꜵꜵ av=ꜸꜹꜺꜻ
        ay=Ꜽꜽ oo=Ꝏꝏ vy=Ꝡꝡ ff=ﬀ fi=ﬁ fl=ﬂ ffi=ﬃ ffl=ﬄ st=ﬅﬆ ;=︔﹔; (=︵﹙ )=︶﹚ {=︷﹛ }=︸﹜ #=﹟ &=﹠ ₌=﹦ $=﹩ %=﹪ @=﹫ <-=￩ ->=￫ 0.=🄀 0,=🄁 1,=🄂 2,=🄃 3,=🄄 4,=🄅 5,=🄆 6,=🄇 7,=🄈 8,=🄉 9,=🄊
        """;

    // A base and a mark that are one letter of the Cyrillic alphabet, which keeps its mark.
    private static readonly FrozenDictionary<(char Base, char Mark), char> Composed = new Dictionary<(char, char), char>
    {
        [('и', '\u0306')] = 'й', [('у', '\u0306')] = 'ў', [('і', '\u0308')] = 'ї', [('г', '\u0301')] = 'ѓ',
        [('к', '\u0301')] = 'ќ', [('е', '\u0300')] = 'ѐ', [('и', '\u0300')] = 'ѝ',
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<Rune, string> Letters = Table.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split('=', 2))
        .SelectMany(pair => pair[1].EnumerateRunes().Select(letter => KeyValuePair.Create(letter, pair[0].Replace('₌', '='))))
        .DistinctBy(pair => pair.Key).ToFrozenDictionary();

    /// <summary>The text as it is compared where case and accents do not matter.</summary>
    public static string Of(string text)
    {
        if (IsPlain(text)) return text.ToLowerInvariant();
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) Add(folded, rune);
        return folded.ToString();
    }

    private static bool IsPlain(string text)
    {
        foreach (var c in text)
            if (!char.IsAscii(c)) return false;
        return true;
    }

    private static void Add(StringBuilder folded, Rune rune)
    {
        var value = rune.Value;
        if (value is >= MarksFrom and <= MarksTo)
        {
            if (folded.Length > 0 && Composed.TryGetValue((folded[^1], (char)value), out var one)) folded[^1] = one;
        }
        else if (value is >= AroundFrom and <= AroundTo and not EnclosedKept) return;
        else if (value is >= WideFrom and <= WideTo) folded.Append(char.ToLowerInvariant((char)(value - WideOffset)));
        else if (Letters.TryGetValue(rune, out var plain)) folded.Append(plain);
        else folded.Append(Rune.ToLowerInvariant(rune));
    }
}
