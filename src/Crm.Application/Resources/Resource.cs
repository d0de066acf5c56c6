using System.Collections.Frozen;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Domain.Common;
using Crm.Domain.CustomFields;

namespace Crm.Application.Resources;

/// <summary>
/// The declaration of a resource. Lists, filters, cursors, expand, fields, search, binding and limits of bodies, batch, upsert,
/// history, soft delete, <c>/meta</c> and the OpenAPI schemas all come from it.
/// </summary>
public abstract class Resource
{
    private readonly List<Field> _fields = [];
    private FrozenDictionary<string, Field>? _byName;

    /// <summary>Declares a resource called <paramref name="name"/> (plural) made of <paramref name="singular"/> records.</summary>
    protected Resource(string name, string singular, Type aggregate)
    {
        (Name, Singular, Aggregate) = (name, singular, aggregate);
        Table = name.Replace('-', '_');
    }

    /// <summary>Plural kebab-case name in the path.</summary>
    public string Name { get; }
    /// <summary>The aggregate type in events.</summary>
    public string Singular { get; }
    /// <summary>What events call its aggregates.</summary>
    public string EventName => RecordName.Of(Aggregate);
    /// <summary>The aggregate's CLR type.</summary>
    public Type Aggregate { get; }
    /// <summary>The CLR type of what users state.</summary>
    public abstract Type Details { get; }
    /// <summary>The table, and the view of the same name in <c>crm_read</c>.</summary>
    public string Table { get; protected init; }
    /// <summary>The path below <c>/api/v1</c>.</summary>
    public string Path { get; protected init; } = "";
    /// <summary>True when it shows records of another resource in another way: it has no list, no events and no references of its own.</summary>
    public bool IsView { get; protected init; }
    /// <summary>The column that says whose record it is; null when everybody sees every record.</summary>
    public string? OwnerColumn { get; protected init; }
    /// <summary>The column of a second user who sees the record as its owner does.</summary>
    public string? CoOwnerColumn { get; protected init; }
    /// <summary>Columns of deals that refer to a record of this resource and keep it from being deleted.</summary>
    public IReadOnlyList<(string Table, string Column)> KeptBy { get; protected init; } = [];
    /// <summary>True when each record is its owner's alone, whatever the tenant's record visibility and the caller's role.</summary>
    public bool IsPersonal => typeof(IPersonal).IsAssignableFrom(Aggregate);
    /// <summary>
    /// True when a command on one record never looks at another record of the resource: operations of a batch may then be saved together.
    /// </summary>
    public bool AreIndependent { get; protected init; }
    /// <summary>The column of tasks and activities that links them to a record of this resource.</summary>
    public string? LinkColumn { get; protected init; }
    /// <summary>
    /// The links of which each record has exactly one, and the resources they lead to: a record is seen, changed, deleted and restored with the
    /// one it is attached to. Empty for records that stand by themselves.
    /// </summary>
    public IReadOnlyList<(Field Link, Resource Target)> AttachedTo => _attachedTo;
    private readonly List<(Field Link, Resource Target)> _attachedTo = [];
    /// <summary>True when a record is made by a use case of its own and not of its details alone: no batch creates one.</summary>
    public bool HasOwnCreation { get; protected init; }
    /// <summary>True when its records are written once and never changed nor deleted: a batch creates, and nothing else.</summary>
    public bool IsAppendOnly { get; protected init; }
    /// <summary>An example of the file that a record is uploaded as; null where any content will do.</summary>
    public string? ContentExample { get; protected init; }
    /// <summary>True when the tenant has exactly one record of it, which no path names.</summary>
    public bool IsSingleton { get; protected init; }
    /// <summary>What plans call the number of its living records; null when they never limit it.</summary>
    public string? LimitName { get; protected init; }
    /// <summary>SQL over <c>t</c>: which living records count; null when all do. <see cref="TakesPlace"/> says the same.</summary>
    public string? LimitCondition { get; protected init; }
    /// <summary>True when a living record counts whose stated members, by their names in the code, are these.</summary>
    public virtual bool TakesPlace(Func<string, object?> member) => true;
    /// <summary>Resources whose records belong to a record of this one, and the column that says so: its timeline includes theirs.</summary>
    public IReadOnlyList<(string Resource, string Column)> TimelineIncludes { get; protected init; } = [];
    /// <summary>The members within whose values unique members are unique; none when they are in the whole tenant.</summary>
    public IReadOnlyList<string> UniqueWithin { get; protected init; } = [];
    /// <summary>True when tenants may give its records members of their own.</summary>
    public bool TakesCustomFields => CustomFieldRules.Entities.Contains(Name);
    /// <summary>SQL over <c>t</c> that names a record to people.</summary>
    public string Title => Find("name") is not null ? "t.name" : Find("lastName") is not null ? "concat_ws(' ', t.first_name, t.last_name)" : "t.title";

    /// <summary>What a view's member reads to show what the caller may do.</summary>
    protected internal const string CallerPermissions = "@CallerPermissions";

    /// <summary>All members, in the order of answers.</summary>
    public IReadOnlyList<Field> Fields => _fields;

    /// <summary>The select list of all members.</summary>
    internal string SelectList => field ??= string.Join(", ", _fields.Select(f => f.Select));

    /// <summary>The statement that reads one record with all members.</summary>
    internal string OneSql => field ??= Listing.RecordSql.Write(this, _fields);

    /// <summary>The permission to read, write or delete its records.</summary>
    public virtual string Permission(string verb) => $"{PermissionName}.{verb}";

    /// <summary>The first half of its permissions' names.</summary>
    protected virtual string PermissionName => Name;

    /// <summary>The command that creates a record.</summary>
    public abstract ICommand<Guid> Create(object details);

    /// <summary>The command that changes a record.</summary>
    public abstract ICommand<Guid> Update(Guid id, object patch);

    /// <summary>Finds a member by its wire name.</summary>
    public Field? Find(string name) =>
        (_byName ??= _fields.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal)).GetValueOrDefault(name);

    /// <summary>Adds a link of which each record has exactly one.</summary>
    protected Field Attached(Field link, Resource target)
    {
        _attachedTo.Add((link, target));
        return link;
    }

    /// <summary>Adds a member.</summary>
    protected Field Add(Field field)
    {
        _fields.Add(field);
        return field;
    }

    /// <summary>snake_case of a camelCase or PascalCase name.</summary>
    public static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}

/// <summary>The typed half: members are named by the details' properties.</summary>
public abstract class Resource<TAggregate, TDetails> : Resource
    where TAggregate : AggregateRoot
    where TDetails : RecordDetails
{
    /// <summary>Starts the declaration with the id.</summary>
    protected Resource(string name, string singular) : base(name, singular, typeof(TAggregate))
    {
        Path = name;
        ReadOnly("id", FieldKind.Id).NotNull();
    }

    /// <inheritdoc/>
    public override Type Details => typeof(TDetails);

    /// <inheritdoc/>
    public sealed override ICommand<Guid> Create(object details) => Create((TDetails)details);

    /// <inheritdoc/>
    public sealed override ICommand<Guid> Update(Guid id, object patch) => Update(id, (Patch<TDetails>)patch);

    /// <summary>The command that creates a record.</summary>
    protected abstract ICommand<Guid> Create(TDetails details);

    /// <summary>The command that changes a record.</summary>
    protected abstract ICommand<Guid> Update(Guid id, Patch<TDetails> patch);

    /// <summary>A text of at most 300 characters unless limited otherwise.</summary>
    protected Field Text(Expression<Func<TDetails, string?>> member) => Member(member, FieldKind.Text);
    /// <summary>An e-mail address.</summary>
    protected Field Email(Expression<Func<TDetails, EmailAddress?>> member) => Member(member, FieldKind.Email).Limit(254);
    /// <summary>A phone number, looked up by its digits.</summary>
    protected Field Phone(Expression<Func<TDetails, PhoneNumber?>> member) => Member(member, FieldKind.Phone).Limit(50);
    /// <summary>Money.</summary>
    protected Field Money(Expression<Func<TDetails, Money?>> member) => Member(member, FieldKind.Money);
    /// <summary>A list of texts.</summary>
    protected Field Words(Expression<Func<TDetails, ValueList<string>>> member) => Member(member, FieldKind.Words).NotNull();
    /// <summary>A whole number.</summary>
    protected Field Integer(Expression<Func<TDetails, int?>> member) => Member(member, FieldKind.Integer);
    /// <summary>true or false.</summary>
    protected Field Boolean(Expression<Func<TDetails, bool>> member) => Member(member, FieldKind.Boolean).NotNull();
    /// <summary>A calendar day.</summary>
    protected Field Date(Expression<Func<TDetails, DateOnly?>> member) => Member(member, FieldKind.Date).Sort();
    /// <summary>An instant.</summary>
    protected Field Instant(Expression<Func<TDetails, DateTimeOffset?>> member) => Member(member, FieldKind.Instant).Sort();
    /// <summary>One of an enum's values.</summary>
    protected Field Choice<TEnum>(Expression<Func<TDetails, TEnum>> member) where TEnum : struct, Enum => Member(member, FieldKind.Choice).NotNull().Sort();
    /// <summary>The id of a record of another resource.</summary>
    protected Field Reference(Expression<Func<TDetails, Guid?>> member, string to) => Member(member, FieldKind.Id).Refers(to);
    /// <summary>The id of the record it is attached to, where that is one of this resource.</summary>
    protected Field Attach(Expression<Func<TDetails, Guid?>> member, Resource to) => Attached(Reference(member, to.Name), to);
    /// <summary>Any other kind.</summary>
    protected Field Other<TMember>(Expression<Func<TDetails, TMember>> member, FieldKind kind) => Member(member, kind);

    /// <summary>A member nobody writes: a column of the table, or an expression over <c>t</c>.</summary>
    protected Field ReadOnly(string name, FieldKind kind, Type? enumType = null, string? expression = null)
    {
        var field = Add(new Field { Name = name, Kind = kind, Column = Snake(name), EnumType = enumType, Expression = expression });
        field.ReadOnly = true;
        return field;
    }

    /// <summary>A list or an object that nobody writes, kept as JSON; <typeparamref name="TMember"/> is its form.</summary>
    protected Field ReadOnly<TMember>(string name, FieldKind kind)
    {
        var field = Add(new Field { Name = name, Kind = kind, Column = Snake(name), ClrType = typeof(TMember), Expression = $"t.{Snake(name)}::text" }).NoFilter();
        field.ReadOnly = true;
        return field;
    }

    /// <summary>The members every record has; called last.</summary>
    protected void Common()
    {
        Add(new Field { Name = "tags", Kind = FieldKind.Tags, Column = "tags", ClrType = typeof(Tags) }).NotNull()
            .Says("Free labels; at most 100 of 50 characters.", """["vip"]""");
        Add(new Field { Name = "customFields", Kind = FieldKind.CustomFields, Column = "custom_fields", ClrType = typeof(CustomValues) }).NotNull().NoFilter()
            .Says(TakesCustomFields ? "The members that your organization has defined: see GET /custom-fields, GET /meta/{resource}. Each is always there, null without a value." : "Always empty: records of this kind have no members of your own.", "{}");
        var external = Add(new Field { Name = "externalId", Kind = FieldKind.Text, Column = "external_id", ClrType = typeof(string) }).Limit(200)
            .Says("The record's key in your own system; unique, no slash.", "\"X-1\"");
        external.Forbidden = '/';
        Kept();
    }

    /// <summary>What is kept about every record besides what is stated: when and by whom. <see cref="Common"/> has it; called last where records have no labels and keys.</summary>
    protected void Kept()
    {
        ReadOnly("createdAt", FieldKind.Instant).NotNull().Sort();
        ReadOnly("updatedAt", FieldKind.Instant).NotNull().Sort();
        ReadOnly("createdBy", FieldKind.Id).Refers("team/members");
        ReadOnly("updatedBy", FieldKind.Id).Refers("team/members");
        ReadOnly("version", FieldKind.Integer).NotNull().Says("+1 with every change; the ETag.", "1");
    }

    private Field Member(LambdaExpression member, FieldKind kind)
    {
        var body = member.Body is UnaryExpression { NodeType: ExpressionType.Convert } convert ? convert.Operand : member.Body;
        var property = (PropertyInfo)((MemberExpression)body).Member;
        var type = System.Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return Add(new Field
        {
            Name = JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            Kind = kind,
            Column = Snake(property.Name),
            ClrType = property.PropertyType,
            EnumType = type.IsEnum ? type : null,
        });
    }
}
